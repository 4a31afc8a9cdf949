"""Moves The Art Exchange to its new Rails application, and proves that nothing was lost."""
