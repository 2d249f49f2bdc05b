"""cxlab: customer experience measured so that it can be defended."""
