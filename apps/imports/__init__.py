"""Cameras by the hundred: files of businesses and agencies, and owners who are invited to what others entered."""
