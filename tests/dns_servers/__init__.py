"""The same trees over the tests' own server and over a real one: neither may be what makes a test pass."""
