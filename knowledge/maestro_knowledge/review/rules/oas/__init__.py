"""The contract: what the OpenAPI document tells those who call."""
