"""What laboratories, families and an older database send."""
