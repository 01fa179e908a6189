"""typed_openai"""
