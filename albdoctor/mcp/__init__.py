"""What assistants may ask albdoctor, by the Model Context Protocol (modelcontextprotocol.io)."""
