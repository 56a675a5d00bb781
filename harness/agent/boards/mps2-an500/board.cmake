# SPDX-License-Identifier: Apache-2.0
# Arm MPS2 with the FPGA image AN500: a Cortex-M7.
assay_board(NAME mps2-an500 CORE cortex-m7 COMPILER arm-none-eabi-gcc PACKAGE gcc-arm-none-eabi PORT cortex_m
  IMPLEMENTATIONS scalar dsp
  FLAGS -mthumb -mcpu=cortex-m7 -mfpu=fpv5-d16 -mfloat-abi=hard
  FLASH 0x0 4M RAM 0x20000000 4M STACK 0x4000
  EMULATOR qemu-system-arm EMULATOR_PACKAGE qemu-system-arm MACHINE mps2-an500)
