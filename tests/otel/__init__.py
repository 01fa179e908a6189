"""What is recorded with OpenTelemetry."""
