"""The version that is shown: in the API's schema, in metrics and in traces."""

VERSION = "1.0.0"
