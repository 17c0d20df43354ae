"""Journeys: a real browser walks whole stories, on a phone and on a desk."""
