"""The routes of /api/v1, one module for each part of the town's life. A handler parses, calls one story, shapes the answer."""
