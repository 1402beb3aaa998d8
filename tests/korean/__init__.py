"""Nothing of ours is told in English where Korean is asked for."""
