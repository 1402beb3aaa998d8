"""What follows from facts, without judgement."""
