-- Lmod: `module load envguard` on a login node judges for the GPU nodes behind it.
help([[Says what an install would do to a GPU environment, before it happens. Try: envguard dry-run torch]])
whatis("Description: guard of GPU environments")
local root = "/opt/envguard"
prepend_path("PATH", pathJoin(root, "bin"))
prepend_path("MANPATH", pathJoin(root, "share/man"))
setenv("ENVGUARD_HOST", pathJoin(root, "etc/gpu-node.json"))
