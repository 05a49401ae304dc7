"""What a build would do, and what another specification or other data would change."""
