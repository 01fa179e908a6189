"""Calls of shells, patches and MCP servers as input, and what they came to.

API reference: "Responses", the `input` parameter. Answers to `shell_call`, `local_shell_call`, `apply_patch_call` and
`mcp_approval_request` are yours to give: `ShellCallOutputParam` and its siblings.

Weak spot: commands and diffs are passed on as they are."""


# --- shells ----------------------------------------------------------------------------------------------------------


# --- patches ---------------------------------------------------------------------------------------------------------


# --- MCP -------------------------------------------------------------------------------------------------------------
