"""What the tests share: builders of facts, and the table runner for checks."""
