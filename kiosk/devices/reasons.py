"""Why a lamp is not green, in words an operator uses: what is the matter, and what to do about it.

Drivers write the key; pages put both sentences into words where they are shown. A test compares the keys that drivers
use with these.
"""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.words import N_


@dataclass(frozen=True, slots=True)
class Reason:
    """Two marked sentences."""

    what: str
    do: str


REASONS: dict[str, Reason] = {
    "unplugged": Reason(N_("设备没有接上"), N_("检查插头和电源，插好后会自动恢复，不用重启")),
    "busy": Reason(N_("设备被别的程序占用"), N_("关闭占用它的程序；两个设备同名时，改用按接口（by-path）的名字")),
    "no_permission": Reason(N_("没有使用该设备的权限"), N_("请管理员把运行账号加入 input、dialout、lp 组后重启本机")),
    "restarting": Reason(N_("设备程序出错，正在重新启动"), N_("稍等片刻；若一直不恢复，请拔插设备并联系县中心")),
    "process_silent": Reason(N_("设备服务没有响应"), N_("稍等片刻；若一直不恢复，请重启服务")),
    "starting": Reason(N_("正在连接设备"), N_("稍等片刻")),
    "half_scans": Reason(N_("扫码枪只传来半个条码"), N_("检查扫码枪的线；用设置码恢复“加回车”后缀")),
    "garbled_scans": Reason(N_("扫码枪传来的内容读不懂"), N_("检查波特率等串口设置，或用设置码恢复出厂设置")),
    "wrong_layout": Reason(
        N_("扫码枪设成了别国的键盘，这一枪没有用"), N_("扫说明书上的“美式键盘（US / English）”设置码，再扫一次")
    ),
    "alt_codes": Reason(
        N_("扫码枪用 Alt 码发的字读不懂，这一枪没有用"), N_("扫说明书上的“美式键盘”设置码，或改用串口（COM）方式")
    ),
    "aim_prefix": Reason(
        N_("扫码枪在条码前面多发了识别码（] 开头的三个字符）"),
        N_("用设置码关掉“AIM 识别码”，或请安装人员在这把枪的 options 里写 aim_prefix = true"),
    ),
    "paper_end": Reason(N_("打印纸用完了"), N_("换上新纸，合上盖子；没打的会接着打，积得多时在打印列表里挑")),
    "paper_near_end": Reason(N_("打印纸快用完了"), N_("准备一卷新纸")),
    "cover_open": Reason(N_("打印机盖子没有合上"), N_("合上盖子；没打的会接着打，积得多时在打印列表里挑")),
    "offline": Reason(N_("打印机处于脱机状态"), N_("按打印机上的联机键，或关机再开")),
    "error": Reason(N_("打印机报告故障（切刀或打印头）"), N_("关机，取出卡住的纸，再开机")),
    "no_reply": Reason(N_("打印机没有回答，不知道它好不好"), N_("看一眼打印机；单子照常发送，没出纸时请补打")),
    "no_status": Reason(N_("这种打印机不报告状态"), N_("看一眼打印机有没有纸；单子照常发送")),
    "garbled_reply": Reason(N_("打印机的回答读不懂，不知道它好不好"), N_("看一眼打印机；单子照常发送，没出纸时请补打")),
    "no_libusb": Reason(N_("本机缺少 USB 打印机要用的程序库"), N_("请管理员安装 libusb-1.0-0")),
    "stuck": Reason(N_("打印机收到一半就不再接收"), N_("检查纸和盖子，关机再开；在打印列表里回答是否出纸")),
    "scale_silent": Reason(N_("电子秤没有送来重量"), N_("开秤；在秤上把串口设成连续发送；实在不行就手工填重量")),
    "scale_garbled": Reason(
        N_("电子秤送来的内容读不懂，没有当作重量"), N_("核对秤的型号、波特率和校验位；实在不行就手工填重量")
    ),
    "scale_over": Reason(N_("秤上太重，超出量程"), N_("马上拿下来，分几次称")),
    "scale_under": Reason(N_("秤的读数低于零"), N_("清空秤盘，按秤上的“置零”键")),
    # The road to the county centre (the lamp of the sync process).
    "county_no_address": Reason(
        N_("还没有填写县中心的地址，报告在本站等着"),
        N_("向县中心问到地址，填入 county.address 后重启；没发的会自动补发"),
    ),
    "county_not_tried": Reason(N_("启动后还没有需要上报的内容"), N_("不用做什么；结束营业后会自动上报")),
    "county_unreachable": Reason(
        N_("连不上县中心"), N_("检查网线和路由器；报告已保存，网络恢复后自动补发，柜台业务不受影响")
    ),
    "county_busy": Reason(N_("县中心暂时不能接收"), N_("不用做什么；报告已保存，会自动重试")),
    "county_unreadable": Reason(
        N_("对方的答复不像县中心，没有当作回执"), N_("看看网络是否要登录或欠费；报告已保存，会自动重试")
    ),
    "county_key_refused": Reason(
        N_("县中心不认本站的公钥"), N_("把本站公钥报给县中心登记；报告已保存，登记后自动补发")
    ),
    "county_wrong_address": Reason(
        N_("填写的地址上没有县中心"), N_("核对 county.address；报告已保存，改正并重启后自动补发")
    ),
    "county_certificate": Reason(
        N_("县中心的证书不可信，没有发送"), N_("检查本机时间和 county.trusted_certificate；报告已保存")
    ),
    "county_by_phone": Reason(N_("本站用电话或微信群上报"), N_("在“上报”页面把文字或二维码发给县中心，再填回执号")),
    "county_handed_over": Reason(
        N_("已交出，还在等县中心的回执"), N_("不用做什么；回执到了会自动登记，或在“上报”页面填回执号")
    ),
    "county_folder_absent": Reason(N_("没有找到上报用的优盘或文件夹"), N_("插上优盘；报告已保存，插好后自动写上")),
    "county_folder_full": Reason(N_("优盘或文件夹已满"), N_("删去优盘上的旧文件，或换一个；报告已保存，会自动重写")),
    "county_folder_locked": Reason(
        N_("优盘或文件夹不让写"), N_("拨开优盘的写保护开关，或请管理员给文件夹写权限；报告已保存")
    ),
    "county_folder_broken": Reason(N_("优盘读写中断，可能被拔出"), N_("重新插好优盘；没写完的会重写，写完的不受影响")),
    "county_mail_security": Reason(
        N_("邮件服务器不按设置加密"), N_("请管理员核对 county.mail_security 和 county.mail_port；报告已保存")
    ),
    "county_mail_login": Reason(N_("邮箱登录不上"), N_("请管理员核对邮箱用户名和密码文件；报告已保存")),
    "county_mail_recipient": Reason(
        N_("邮件服务器不收填写的邮箱地址"), N_("请管理员核对 county.mail_to 和 county.mail_from；报告已保存")
    ),
}
