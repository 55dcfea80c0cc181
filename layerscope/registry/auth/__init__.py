"""Logins: challenges, credentials and tokens (RFC 9110 section 11; the token protocol of distribution)."""
