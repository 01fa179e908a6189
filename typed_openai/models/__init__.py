"""One file per API area: params, results, stream events. Nothing is imported here: an area loads when it is used."""
