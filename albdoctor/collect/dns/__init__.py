"""What DNS says: asked from the root, or of resolvers."""
