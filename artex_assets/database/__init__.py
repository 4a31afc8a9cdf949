"""What legacy and target have in common: connections to PostgreSQL, and COPY in and out of it."""
