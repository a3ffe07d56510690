"""Releases: built from a corpus, verified, rehydrated, compared with older ones, withdrawn from."""
