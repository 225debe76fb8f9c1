"""The only code that opens a connection: interlock, client, pace, credentials, redaction, and the journal."""
