"""What pages show: each module makes one frozen record from the store, and knows nothing of HTTP."""
