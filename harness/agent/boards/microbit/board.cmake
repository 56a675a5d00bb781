# SPDX-License-Identifier: Apache-2.0
# BBC micro:bit: nRF51822, 256 KiB of flash, 16 KiB of RAM.
assay_board(NAME microbit CORE cortex-m0 COMPILER arm-none-eabi-gcc PACKAGE gcc-arm-none-eabi PORT cortex_m
  IMPLEMENTATIONS scalar
  FLAGS -mthumb -mcpu=cortex-m0
  FLASH 0x0 256K RAM 0x20000000 16K STACK 0xC00
  EMULATOR qemu-system-arm EMULATOR_PACKAGE qemu-system-arm MACHINE microbit
  UART nrf51 0x40002000 16000000 CLOCK nrf51 16000000 SAMPLES 16)
