# SPDX-License-Identifier: Apache-2.0
# Arm MPS2 with the FPGA image AN385: a Cortex-M3.
assay_board(NAME mps2-an385 CORE cortex-m3 COMPILER arm-none-eabi-gcc PACKAGE gcc-arm-none-eabi PORT cortex_m
  IMPLEMENTATIONS scalar
  FLAGS -mthumb -mcpu=cortex-m3
  FLASH 0x0 4M RAM 0x20000000 4M STACK 0x4000
  EMULATOR qemu-system-arm EMULATOR_PACKAGE qemu-system-arm MACHINE mps2-an385)
