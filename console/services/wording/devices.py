"""Error sentences of settings, disk and devices, as in `errors.py`."""

DEVICE_SENTENCES: dict[str, tuple[str, str]] = {
    # --- configuration
    "config_missing": (
        "Không đọc được tệp cấu hình {file}. Kiểm tra đường dẫn và quyền.",
        "The configuration file {file} cannot be read. Check its path and rights.",
    ),
    "no_home": (
        "Không biết thư mục nhà của tài khoản này. Đặt biến HOME hoặc thêm --profile THƯ_MỤC.",
        "This account's home folder is not known. Set HOME or add --profile DIR.",
    ),
    "config_broken": (
        "Tệp cấu hình {file} sai cú pháp: {what}. Hãy sửa lại.",
        "The configuration file {file} is broken: {what}. Correct it.",
    ),
    "config_unknown_key": (
        "{file}: không có mục cấu hình “{key}”. Có: {known}.",
        "{file}: there is no setting “{key}”. There is: {known}.",
    ),
    "config_bad_value": (
        "{file}: “{key}” có giá trị sai: {value}. Giá trị nhận: {allowed}.",
        "{file}: “{key}” has a wrong value: {value}. Allowed: {allowed}.",
    ),
    "config_by_hand": (
        "{file} viết theo cách không sửa tự động được. Mở tệp và sửa bằng tay; tệp chưa bị đổi.",
        "{file} is written in a way that is not changed from here. Edit it; it was left as it is.",
    ),
    "config_not_written": (
        "Không ghi được {file}. Kiểm tra quyền ghi và dung lượng đĩa.",
        "{file} could not be written. Check its rights and the room on the disk.",
    ),
    "secret_missing": (
        "Không đọc được tệp mật {file}. Kiểm tra đường dẫn và quyền.",
        "The secret file {file} cannot be read. Check path and rights.",
    ),
    "secret_world_readable": (
        "Tệp mật {file} ai cũng đọc được. Chạy: chmod 600 {file}",
        "Everybody can read the secret file {file}. Run: chmod 600 {file}",
    ),
    "demo_or_train": (
        "Chỉ chọn một: --demo (xem thử) hoặc --train (luyện tập).",
        "Choose one: --demo (to look at it) or --train (to train).",
    ),
    "no_display": (
        "Không có màn hình {display} để mở cửa sổ. Đăng nhập màn hình hoặc dùng installer/run.sh.",
        "There is no display {display} for the window. Log in to one or use installer/run.sh.",
    ),
    # --- store and files
    "disk_full": (
        "Đĩa đầy, chưa lưu được gì. Giữ nguyên phiếu, giải phóng đĩa rồi lưu lại.",
        "The disk is full, nothing was saved. Keep the form, make room, save again.",
    ),
    "store_failed": (
        "Kho tại chỗ không ghi được ({cause}). Giữ nguyên phiếu và báo bộ phận kỹ thuật.",
        "The local store could not be written ({cause}). Keep the form and tell IT.",
    ),
    "store_read_only": (
        "Kho tại chỗ chỉ đọc được ({cause}). Kiểm tra quyền ghi của thư mục hồ sơ.",
        "The local store is read-only ({cause}). Check the rights of the profile folder.",
    ),
    "store_damaged": (
        "Kho tại chỗ bị hỏng ({cause}). Báo bộ phận kỹ thuật khôi phục từ bản sao.",
        "The local store is damaged ({cause}). IT must restore it from a copy.",
    ),
    "store_key_lost": (
        "Kho trong {profile} đã mã hoá mà không lấy được khoá. Mở trong phiên của người dùng máy "
        "này, hoặc nhập bản khoá IT giữ: console1022 store key TỆP --restore",
        "The store in {profile} is encrypted and its key is not available. Open it in the session "
        "of this machine's user, or bring in IT's copy: console1022 store key FILE --restore",
    ),
    "store_key_wrong": (
        "Khoá không mở được kho (khoá của máy khác, hoặc đầu tệp bị hỏng). Nhập bản khoá IT giữ: "
        "console1022 store key TỆP --restore; nếu vẫn vậy, khôi phục từ bản sao.",
        "The key does not open the store (another machine's, or the file's start is damaged). "
        "Bring in IT's copy: console1022 store key FILE --restore; else restore from a copy.",
    ),
    "store_key_not_kept": (
        "Không giữ được khoá của kho ({cause}), nên chưa mã hoá gì. Kiểm tra quyền ghi và ổ đĩa.",
        "The store's key could not be kept ({cause}), so nothing was encrypted. Check the disk and "
        "whether the profile may be written.",
    ),
    "store_key_broken": (
        "Trong {file} không có khoá (64 chữ số hệ 16). Dùng bản mà store key đã ghi.",
        "There is no key in {file} (64 hexadecimal digits). Use the copy that store key wrote.",
    ),
    "store_not_encrypted": (
        "Kho trong {profile} không mã hoá, nên không có khoá. Mã hoá: console1022 store encrypt",
        "The store in {profile} is not encrypted, so it has no key: console1022 store encrypt",
    ),
    "store_cipher_missing": (
        "Thiếu thư viện mã hoá kho ({cause}). Chạy lại installer/run.sh.",
        "The library that encrypts the store is missing ({cause}). Run installer/run.sh again.",
    ),
    "store_opens_slowly": (
        "Đang mở kho lớn: làm nốt việc của bản trước hoặc của lần nhập bị ngắt, có thể tới một "
        "phút. Chờ, đừng mở lần nữa.",
        "A large store is being opened: what an older version or an interrupted import left is "
        "done now, up to a minute. Wait, do not open it again.",
    ),
    "index_put_off": (
        "Đang nhập lịch sử, hoặc lần nhập trước bị ngắt. Báo cáo có lại khi nhập xong; nếu đã bị "
        "ngắt, chạy lại lệnh nhập hoặc mở chương trình.",
        "A history is being imported, or that was broken off. Reports work again at its end; if "
        "it was broken off, run the import again or open the program.",
    ),
    "store_missing": (
        "Chưa có kho dữ liệu trong {profile}. Mở chương trình một lần trước.",
        "There is no store in {profile}. Start the program once first.",
    ),
    "store_newer": (
        "Kho do phiên bản mới hơn tạo ({found}, máy này hiểu {known}). Cập nhật chương trình.",
        "A newer version made this store ({found}, this one knows {known}). Update the program.",
    ),
    "store_older": (
        "Kho do phiên bản cũ tạo ({found}, máy này cần {known}). Mở cửa sổ một lần để nâng cấp, "
        "rồi chạy lại.",
        "An older version made this store ({found}, this one needs {known}). Open the window once "
        "to bring it up to date, then run this again.",
    ),
    "audit_not_written": (
        "Chưa ghi được vào nhật ký rằng bạn đọc ({cause}), nên không hiện. Kiểm tra ổ đĩa và quyền "
        "ghi của hồ sơ.",
        "That you read it could not be written into the audit ({cause}), so it is not shown. Check "
        "the disk and whether the profile may be written.",
    ),
    "store_closed": (
        "Kho tại chỗ đã đóng. Mở lại chương trình.",
        "The local store is closed. Start the program again.",
    ),
    "profile_in_use": (
        "Hồ sơ {profile} đang mở ở cửa sổ hoặc lệnh khác. Dùng cửa sổ đó, hoặc chờ lệnh kia xong.",
        "The profile {profile} is open elsewhere. Use that window, or wait for the other command.",
    ),
    "text_not_storable": (
        "Nội dung có ký tự không lưu được. Xóa ký tự lạ rồi lưu lại.",
        "The text holds a character that cannot be stored. Remove it and save again.",
    ),
    "file_missing": (
        "Không đọc được tệp {file}. Kiểm tra đường dẫn.",
        "The file {file} cannot be read. Check the path.",
    ),
    "file_too_large": (
        "Tệp {file} quá lớn, tối đa {limit_mb} MB. Chọn tệp nhỏ hơn.",
        "The file {file} is too large, at most {limit_mb} MB. Choose a smaller one.",
    ),
    "not_a_photo": (
        "Tệp {file} không phải ảnh, video hay PDF. Chọn tệp khác.",
        "The file {file} is not a photo, video or PDF. Choose another.",
    ),
    # --- modem and SMS
    "modem_down": (
        "Modem {device} không trả lời. Kiểm tra dây cắm và nguồn; máy tự nối lại.",
        "The modem {device} does not answer. Check cable and power; it reconnects by itself.",
    ),
    "modem_silent": (
        "Modem không trả lời lệnh gửi, sẽ gửi lại.",
        "The modem did not answer the send command; it will be tried again.",
    ),
    "modem_pin_needed": (
        "SIM cần mã PIN. Khai pin_file trong cấu hình [[sms]].",
        "The SIM needs a PIN. Set pin_file in [[sms]].",
    ),
    "modem_pin_wrong": (
        "Mã PIN của SIM sai. Sửa tệp PIN trước khi thử lại, kẻo SIM bị khóa.",
        "The SIM's PIN is wrong. Correct the PIN file first, or the SIM locks itself.",
    ),
    "modem_pin_few_left": (
        "SIM chỉ còn {left} lần thử PIN nên máy không thử. Nhập PIN bằng điện thoại.",
        "Only {left} PIN tries are left, so none is made. Enter the PIN in a telephone.",
    ),
    "modem_pin_blocked": (
        "SIM đã khóa ({state}). Mở khóa bằng mã PUK trên điện thoại.",
        "The SIM is locked ({state}). Unlock it with the PUK in a telephone.",
    ),
    "modem_sim_missing": (
        "Modem không có SIM. Lắp SIM rồi cắm lại modem.",
        "The modem has no SIM. Put one in and plug the modem in again.",
    ),
    "sms_cut_off": (
        "Mất kết nối lúc đang gửi, không rõ tin đã đi chưa. Xem lại rồi tự quyết định gửi lại.",
        "Cut off while sending; the message may have gone. Decide yourself whether to resend.",
    ),
    "sms_partly_sent": (
        "Tin dài mới gửi được một phần. Xem lại rồi tự quyết định gửi lại.",
        "Only a part of the long message went out. Decide yourself whether to resend.",
    ),
    "pdu_refused": (
        "Không đọc được tin SMS: {why}. Bản gốc được giữ lại.",
        "The SMS cannot be read: {why}. Its raw form is kept.",
    ),
    "modem_stopped": (
        "Modem đang tắt. Mở lại chương trình nếu cần gửi.",
        "The modem is being switched off. Start the program again to send.",
    ),
    "modem_send_cut": (
        "Mất kết nối modem lúc đang gửi, không rõ tin đã đi chưa.",
        "The modem was cut off while sending; whether the message went is not known.",
    ),
    "modem_opening": ("Đang mở modem {device}.", "Opening the modem {device}."),
    "modem_missing": (
        "Không thấy modem {device}. Cắm lại hoặc sửa device trong [[sms]].",
        "The modem {device} is not there. Plug it in or correct device in [[sms]].",
    ),
    "modem_failed": (
        "Modem {device} có lỗi, đang mở lại; chi tiết trong nhật ký.",
        "The modem {device} failed and is being reopened; details are in the log.",
    ),
    "modem_off": ("Modem {device} đã tắt.", "The modem {device} is off."),
    "modem_up": ("Modem hoạt động tốt.", "The modem works."),
    "modem_storage_full": (
        "Bộ nhớ tin của SIM gần đầy. Máy đang dọn; nếu vẫn báo, xóa tin bằng điện thoại.",
        "The SIM's message store is nearly full. It is being cleared; else use a telephone.",
    ),
    "modem_not_registered": (
        "Modem chưa vào mạng di động. Kiểm tra SIM, ăng-ten và tài khoản.",
        "The modem is not registered. Check SIM, antenna and account.",
    ),
    "cms_error": (
        "Mạng di động không nhận tin (mã {n}). Kiểm tra số nhận và tài khoản SIM.",
        "The mobile network refused the message (code {n}). Check number and SIM account.",
    ),
    "cme_error": (
        "Modem không gửi được tin (mã {n}). Kiểm tra SIM, mã PIN và sóng.",
        "The modem could not send the message (code {n}). Check SIM, PIN and signal.",
    ),
    "error": (
        "Modem từ chối tin mà không nói lý do. Thử lại, hoặc khởi động lại modem.",
        "The modem refused the message without a reason. Try again, or restart the modem.",
    ),
    "sms_status": (
        "Mạng báo tin không đến được máy nhận (mã {n}). Hãy gọi điện.",
        "The network says the message did not arrive (code {n}). Call instead.",
    ),
    "sms_not_encodable": (
        "Không gửi được tin SMS: {why}. Rút gọn tin hoặc sửa số nhận.",
        "The SMS cannot be sent: {why}. Shorten it or correct the number.",
    ),
    "interrupted": (
        "Bị ngắt lúc đang gửi, không rõ tin đã đi chưa. Xem lại rồi tự quyết định gửi lại.",
        "Interrupted while sending; the message may have gone. Decide yourself whether to resend.",
    ),
    "mail_up": ("Hộp thư hoạt động tốt.", "The mailbox works."),
    # --- exchange
    "pbx_unreachable": (
        "Không nối được tổng đài {host}:{port}. Kiểm tra mạng; máy tự nối lại.",
        "The PBX {host}:{port} cannot be reached. Check the network; it reconnects by itself.",
    ),
    "pbx_refused": (
        "Tổng đài từ chối: {text}. Kiểm tra quyền AMI hoặc dùng máy điện thoại.",
        "The PBX refused: {text}. Check the AMI rights or use the telephone.",
    ),
    "pbx_bad_secret": (
        "Sai tên hoặc mật khẩu AMI của {user}. Sửa [telephony] rồi mở lại.",
        "AMI user {user} or its secret is wrong. Correct [telephony] and start again.",
    ),
    "pbx_lost": (
        "Mất kết nối tổng đài, đang nối lại. Cuộc gọi vẫn còn trên máy điện thoại.",
        "The link to the PBX was lost and is being restored. Calls go on at the telephone.",
    ),
    "pbx_no_answer": (
        "Tổng đài không trả lời kịp. Thử lại.",
        "The PBX did not answer in time. Try again.",
    ),
    "link_down": (
        "Đang mất kết nối tổng đài. Dùng máy điện thoại, máy tự nối lại.",
        "There is no link to the PBX. Use the telephone; it reconnects by itself.",
    ),
    "capability_lost": (
        "Tổng đài không cho thao tác “{method}”, nút đã ẩn. Báo bộ phận kỹ thuật.",
        "The PBX does not allow “{method}”; its button is gone. Tell IT.",
    ),
    "no_right": (
        "Tài khoản AMI không có quyền này. Báo bộ phận kỹ thuật.",
        "The AMI account has no right to this. Tell IT.",
    ),
    "not_supported": (
        "Tổng đài không làm được thao tác này. Dùng máy điện thoại.",
        "The PBX cannot do this. Use the telephone.",
    ),
    "call_gone": ("Cuộc gọi đã kết thúc.", "The call is over."),
    "not_an_ami_recording": (
        "Tệp {file} không phải bản ghi hội thoại AMI. Chọn tệp khác.",
        "The file {file} is not a recorded AMI dialogue. Choose another.",
    ),
    "not_ringing": (
        "Cuộc gọi không còn đổ chuông ở máy này. Chờ cuộc tiếp theo.",
        "The call no longer rings here. Wait for the next one.",
    ),
    "line_busy": (
        "Máy đang có cuộc gọi. Kết thúc cuộc gọi này trước.",
        "The line is busy with a call. End that call first.",
    ),
    "webhook_token_short": (
        "Mã bí mật của webhook quá ngắn. Dùng ít nhất {least} ký tự ngẫu nhiên.",
        "The webhook's secret is too short. Use at least {least} random characters.",
    ),
    "port_taken": (
        "Cổng {port} trên máy này đã có chương trình khác dùng. Đổi cổng trong cài đặt.",
        "Another program uses port {port} of this machine. Change the port in the settings.",
    ),
    "no_audio": (
        "Máy này không có thiết bị âm thanh. Cuộc gọi đến chỉ báo trên màn hình.",
        "This seat has no sound device. Calls are shown on the screen only.",
    ),
    "audio_device_gone": (
        "Thiết bị âm thanh “{device}” đã rút ra. Đang dùng thiết bị mặc định.",
        "The sound device “{device}” is unplugged. The default one is used.",
    ),
    "not_in_queue": (
        "Máy của bạn không có trong hàng đợi. Vào lại hàng đợi.",
        "Your phone is not in the queue. Log in to the queue again.",
    ),
    "no_such_queue": (
        "Tổng đài không có hàng đợi này. Sửa queues trong [telephony].",
        "The PBX has no such queue. Correct queues in [telephony].",
    ),
    "bad_number": (
        "Số không gọi được. Chỉ dùng chữ số, dấu *, # và dấu + ở đầu.",
        "This number cannot be dialled. Use digits, *, # and a leading + only.",
    ),
    "ami_action_refused": (
        "Không gửi lệnh “{action}” tới tổng đài vì giá trị có ký tự cấm. Kiểm tra số và lý do.",
        "“{action}” was not sent to the PBX: a value holds forbidden characters. Check it.",
    ),
    # --- map
    "map_message": (
        "Bản đồ gửi dữ liệu lạ ({why}), đã bỏ qua. Nếu lặp lại, mở lại chương trình.",
        "The map sent odd data ({why}), which was dropped. If it repeats, start again.",
    ),
    "not_geojson": (
        "Tệp {file} không phải GeoJSON đọc được: không có danh sách features. Chọn tệp khác.",
        "The file {file} is not readable GeoJSON: it has no list of features. Choose another.",
    ),
    "not_a_table": (
        "Tệp {file} không phải bảng CSV đọc được. Chọn tệp khác hoặc xuất lại thành CSV.",
        "The file {file} is not a readable CSV table. Choose another, or save it as CSV again.",
    ),
    "table_lacks_columns": (
        "Tệp {file} thiếu cột {columns}. Dòng đầu phải là tên cột.",
        "The file {file} lacks the columns {columns}. The first line must name them.",
    ),
    "map_file_too_large": (
        "Tệp {file} lớn hơn {mb} MB. Lọc bớt hoặc chia nhỏ rồi nạp lại.",
        "The file {file} is larger than {mb} MB. Leave out what is not needed, or split it.",
    ),
    "disk_failed": (
        "Không ghi được vào {file} ({why}). Kiểm tra đĩa và quyền ghi.",
        "{file} could not be written ({why}). Check disk and rights.",
    ),
    "not_a_basemap": (
        "Tệp {file} không phải bản đồ nền dùng được ({why}). Chọn tệp .pmtiles hoặc .mbtiles.",
        "The file {file} is not a usable basemap ({why}). Choose a .pmtiles or .mbtiles file.",
    ),
}
