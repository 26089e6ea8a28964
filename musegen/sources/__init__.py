"""One module a collection of human music: where its pieces stand, and how one is read."""
