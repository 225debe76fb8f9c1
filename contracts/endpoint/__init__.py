"""What an endpoint is written with: clauses, oracles, planned cases, its OpenAPI document. Knows no endpoint."""
