"""`albdoctor mcp`, asked by the official SDK's own client."""
