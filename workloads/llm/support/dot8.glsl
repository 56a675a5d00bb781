// SPDX-License-Identifier: Apache-2.0
// For compute shaders: dot_bytes(a, b), the sum of four products of signed numbers of 8 bits, packed into words. DOT8: by the
// device's own instruction (OpSDot on packed numbers, which this glslc has no name for).
#ifdef DOT8
#extension GL_EXT_spirv_intrinsics : require
spirv_instruction(extensions = ["SPV_KHR_integer_dot_product"], capabilities = [6018, 6019], id = 4450)
int dot_packed(int a, int b, spirv_literal int format);
int dot_bytes(int a, int b) { return dot_packed(a, b, 0); }
#else
int dot_bytes(int a, int b) {
  return bitfieldExtract(a, 0, 8) * bitfieldExtract(b, 0, 8) + bitfieldExtract(a, 8, 8) * bitfieldExtract(b, 8, 8) +
         bitfieldExtract(a, 16, 8) * bitfieldExtract(b, 16, 8) + bitfieldExtract(a, 24, 8) * bitfieldExtract(b, 24, 8);
}
#endif
