"""Image sets: what is copied from bucket to bucket, how it is proved, and what is kept of it."""
