# SPDX-License-Identifier: Apache-2.0
# Arm MPS2 with the FPGA image AN386: a Cortex-M4 with FPU.
assay_board(NAME mps2-an386 CORE cortex-m4f COMPILER arm-none-eabi-gcc PACKAGE gcc-arm-none-eabi PORT cortex_m
  IMPLEMENTATIONS scalar dsp
  FLAGS -mthumb -mcpu=cortex-m4 -mfpu=fpv4-sp-d16 -mfloat-abi=hard
  FLASH 0x0 4M RAM 0x20000000 4M STACK 0x4000
  EMULATOR qemu-system-arm EMULATOR_PACKAGE qemu-system-arm MACHINE mps2-an386
  UART cmsdk 0x40004000 25000000 CLOCK systick 25000000)
