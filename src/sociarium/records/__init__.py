"""What experiments and runs leave behind: small frozen records, stored as they happen."""
