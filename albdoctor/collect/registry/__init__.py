"""What the registry says of a domain: RDAP and WHOIS."""
