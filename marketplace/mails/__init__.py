"""The mails: a folder each, and what makes letters of them."""
