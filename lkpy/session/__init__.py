"""One client in one room: pure parts, and the driver that ties them to the floors below."""
