"""The version of the package, read by the build and announced to the server in `ClientInfo.version`."""

__version__ = "0.1.0"
