"""How fast it is, beside other tools in the same run: `make bench`."""
