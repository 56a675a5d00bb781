# SPDX-License-Identifier: Apache-2.0
# Arm MPS3 with the FPGA image AN547: a Cortex-M55 with MVE (Helium).
assay_board(NAME mps3-an547 CORE cortex-m55 COMPILER arm-none-eabi-gcc PACKAGE gcc-arm-none-eabi PORT cortex_m
  IMPLEMENTATIONS scalar mve
  FLAGS -mthumb -mcpu=cortex-m55 -mfloat-abi=hard
  FLASH 0x0 512K RAM 0x01000000 2M STACK 0x4000
  EMULATOR qemu-system-arm EMULATOR_PACKAGE qemu-system-arm MACHINE mps3-an547)
