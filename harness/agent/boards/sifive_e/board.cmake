# SPDX-License-Identifier: Apache-2.0
# SiFive's FE310-G000, as on the HiFive1: code runs from its SPI flash, of which the boot loader's end is where QEMU starts, too; 16 KiB of RAM.
assay_board(NAME sifive_e CORE rv32imac COMPILER riscv64-unknown-elf-gcc PACKAGE gcc-riscv64-unknown-elf PORT riscv
  IMPLEMENTATIONS scalar
  FLAGS -march=rv32imac -mabi=ilp32 -mcmodel=medlow -msave-restore -fno-tree-pre
  FLASH 0x20400000 12M RAM 0x80000000 16K STACK 0xC00
  EMULATOR qemu-system-riscv32 EMULATOR_PACKAGE qemu-system-misc MACHINE sifive_e
  UART sifive 0x10013000 16000000 CLOCK mcycle 16000000 SAMPLES 16)
