"""The engine: pure pieces that know no endpoint. Nothing is imported here, so that each piece costs only itself."""
