"""The parts of `syncd.yaml`, one file each; the sentences below the fields are the documentation."""
