# A .cu file as C++ for device.h: what CUDA's own syntax is, and nothing else. sed -z -E -f translate.sed FILE.cu
# kernel<4><<<grid, block, bytes, stream>>>(arguments)
s/([A-Za-z_][A-Za-z0-9_.]*(<[^<>]*>)?)<<</::stand_in::kernel([=](auto... of_kernel) { \1(of_kernel...); }, /g
s/>>>\(/)(/g
# extern __shared__ __align__(16) unsigned char ring[];
s/extern __shared__ (__align__\([0-9]+\) )?([A-Za-z_][A-Za-z0-9_: ]*) ([A-Za-z_]+)\[\];/\2* const \3 = ::stand_in::shared_memory<\2>();/g
# __shared__ float of_w[depth][tile + 1];
s/([^ ] *|\n *)__shared__ ([A-Za-z_][A-Za-z0-9_:]*) ([a-z_]+)((\[[^]]*\])*);/\1using shared_\3 = \2\4; shared_\3\& \3 = ::stand_in::shared_variable<shared_\3>([] {});/g
