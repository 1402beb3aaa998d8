"""What was seen: frozen structs, one module a source. `snapshot.Facts` holds them all."""
