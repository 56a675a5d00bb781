# SPDX-License-Identifier: Apache-2.0
# Arm MPS2 with the FPGA image AN505: a Cortex-M33; the addresses are the secure aliases.
assay_board(NAME mps2-an505 CORE cortex-m33 COMPILER arm-none-eabi-gcc PACKAGE gcc-arm-none-eabi PORT cortex_m
  IMPLEMENTATIONS scalar dsp
  FLAGS -mthumb -mcpu=cortex-m33 -mfpu=fpv5-sp-d16 -mfloat-abi=hard
  FLASH 0x10000000 4M RAM 0x38000000 4M STACK 0x4000
  EMULATOR qemu-system-arm EMULATOR_PACKAGE qemu-system-arm MACHINE mps2-an505)
