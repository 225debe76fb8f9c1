"""Deployments: targets.toml, test orders, permissions, the ledger, and the embedded provider."""
