"""Agents: their requests and shapes, their sessions over a local server and over wires that break."""
