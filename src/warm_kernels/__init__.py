"""Jupyter kernels that start warm: forked from a parent that has imported the libraries already.

`provisioner` is what jupyter_client loads; it asks `client` for a process, which starts `parent`
where none is there; both speak `wire`. `spec` writes the kernel spec that chooses it all, `prompt`
is a client that wastes no time either.
"""
