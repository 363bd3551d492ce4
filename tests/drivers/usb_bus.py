"""A USB bus for pyusb, as data: descriptors, a bulk OUT that takes bytes as told, a bulk IN that answers DLE EOT."""

from types import SimpleNamespace

import usb.backend
import usb.core


class UsbPrinter:
    """One device on the bus. ``takes`` scripts how many bytes each OUT transfer takes (-1: time-out), then all."""

    def __init__(self, address=5, vendor=0x0416, product=0x5011, serial="", into=0x81, out=0x03, port=(2,), takes=()):
        self.address, self.vendor, self.product, self.serial, self.port = address, vendor, product, serial, port
        self.into, self.out = into, out
        self.takes = list(takes)
        self.got = bytearray()
        self.answers = []
        self.is_gone = False
        #: interface class → endpoints, in order; a keyboard interface stands before the printer's on purpose
        self.interfaces = [(3, [(0x84, 3)]), (7, [(address, 2) for address in (into, out) if address])]


class UsbBus(usb.backend.IBackend):
    """Real pyusb runs on this."""

    def __init__(self, *devices):
        self.devices = list(devices)
        self.detached = []

    def enumerate_devices(self):
        return [device for device in self.devices if not device.is_gone]

    def get_parent(self, dev):
        return None

    def get_device_descriptor(self, dev):
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=dev.vendor, idProduct=dev.product, bcdDevice=0x100, iManufacturer=0,
            iProduct=0, iSerialNumber=3 if dev.serial else 0, bNumConfigurations=1, address=dev.address, bus=1,
            port_number=dev.port[-1], port_numbers=dev.port, speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev, config):
        if config:
            raise IndexError
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=len(dev.interfaces), bConfigurationValue=1,
            iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev, intf, alt, config):
        if alt or intf >= len(dev.interfaces):
            raise IndexError
        kind, ends = dev.interfaces[intf]
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=0, bNumEndpoints=len(ends),
            bInterfaceClass=kind, bInterfaceSubClass=1, bInterfaceProtocol=2, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev, ep, intf, alt, config):
        address, kind = dev.interfaces[intf][1][ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=64, bInterval=0,
            bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev):
        return dev

    def close_device(self, dev_handle):
        pass

    def set_configuration(self, dev_handle, config_value):
        pass

    def get_configuration(self, dev_handle):
        return 1

    def claim_interface(self, dev_handle, intf):
        if dev_handle.interfaces[intf][0] != 7:
            raise usb.core.USBError("not the printer's interface", errno=16)

    def release_interface(self, dev_handle, intf):
        pass

    def reset_device(self, dev_handle):
        pass

    def is_kernel_driver_active(self, dev_handle, intf):
        return False

    def ctrl_transfer(self, dev_handle, request_type, request, value, index, data, timeout):
        raw = b"\x04\x03\x09\x04"
        if value & 0xFF:
            text = dev_handle.serial.encode("utf-16-le")
            raw = bytes([2 + len(text), 3]) + text
        data[: len(raw)] = type(data)("B", raw)
        return len(raw)

    def bulk_write(self, dev_handle, ep, intf, data, timeout):
        self._alive(dev_handle)
        assert (ep, intf) == (dev_handle.out, 1)
        taken = dev_handle.takes.pop(0) if dev_handle.takes else len(data)
        if taken < 0:
            raise usb.core.USBTimeoutError("timed out", errno=110)
        raw = bytes(data)[:taken]
        if raw.startswith(b"\x10\x04"):
            dev_handle.answers.append(b"\x12")
        else:
            dev_handle.got += raw
        return len(raw)

    def bulk_read(self, dev_handle, ep, intf, buff, timeout):
        self._alive(dev_handle)
        if not dev_handle.answers:
            raise usb.core.USBTimeoutError("timed out", errno=110)
        raw = dev_handle.answers.pop(0)
        buff[: len(raw)] = type(buff)("B", raw)
        return len(raw)

    @staticmethod
    def _alive(device):
        if device.is_gone:
            raise usb.core.USBError("No such device", errno=19)
