"""What the sales tell: the list for whoever verifies them, and the analytics. No personal data."""
