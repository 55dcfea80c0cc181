"""Talking HTTP to a registry: addresses, requests, retries, waits and what went wrong."""
