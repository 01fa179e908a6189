"""What users may rely on."""
