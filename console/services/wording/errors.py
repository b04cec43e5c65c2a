"""Error sentences of rules, forms and verbs, (Vietnamese, English): what happened, what to do.

`{name}` is a parameter of the error. A test requires a sentence for every code that is raised.
"""

RULE_SENTENCES: dict[str, tuple[str, str]] = {
    # --- bugs and codes from elsewhere
    "unknown_code": (
        "Có lỗi ngoài dự kiến (mã {code}). Hãy báo bộ phận kỹ thuật kèm mã này.",
        "Something unexpected happened (code {code}). Tell IT this code.",
    ),
    "ended": (
        "Kết nối tự kết thúc, đang nối lại.",
        "The connection ended and is being restored.",
    ),
    "failed": (
        "Có lỗi ({error}), đang thử lại; chi tiết trong nhật ký.",
        "It failed ({error}) and will be tried again; details are in the log.",
    ),
    # --- rules of a request
    "no_such_request": (
        "Không có phản ánh này ở máy này. Kiểm tra lại mã hoặc chờ đồng bộ.",
        "This seat has no such request. Check the number or wait for the sync.",
    ),
    "already_logged": (
        "Phản ánh này đã lưu rồi, mã {number}.",
        "This report was saved before as {number}.",
    ),
    "wrong_state": (
        "Phản ánh đang ở trạng thái “{state}”, không làm bước này được. Tải lại để xem mới nhất.",
        "The request is “{state}”, so this step is not possible. Reload to see its state now.",
    ),
    "role_may_not": (
        "Vai trò {role} không được {action}. Nhờ ca trưởng nếu cần.",
        "The role {role} may not {action}. Ask the supervisor if it is needed.",
    ),
    "reason_needed": (
        "Chưa có lý do. Hãy ghi hoặc chọn lý do.",
        "The reason is missing. Write or choose one.",
    ),
    "text_needed": (
        "Chưa có nội dung. Hãy nhập mô tả.",
        "The text is missing. Write what it is about.",
    ),
    "text_too_long": (
        "Nội dung quá dài, tối đa {limit} ký tự. Hãy rút gọn.",
        "The text is too long, at most {limit} characters. Shorten it.",
    ),
    "too_many": (
        "Quá nhiều tệp: {given}, mỗi lần tối đa {limit}. Hãy bớt lại.",
        "Too many files: {given}, at most {limit} at a time. Take some away.",
    ),
    "step_not_last": (
        "Phản ánh {number} đã có bước mới hơn hoặc bước này không hoàn tác được. Xem lịch sử.",
        "Request {number} has a newer step, or this one stays. Look at its history.",
    ),
    "step_of_another": (
        "Bước này do {user} làm; chỉ người đó hoặc ca trưởng hoàn tác được.",
        "{user} did this step; only that person or a supervisor takes it back.",
    ),
    "step_shared": (
        "Phản ánh {number} còn do đơn vị khác xử lý, nên ca trưởng mới hoàn tác được.",
        "Another agency has {number} too, so only a supervisor can take a step back.",
    ),
    "step_too_old": (
        "Đã quá lúc hoàn tác phản ánh {number}. Nhờ ca trưởng hoàn tác, hoặc làm bước tiếp theo.",
        "It is too late to take back the step on {number}. Ask a supervisor, or do the next step.",
    ),
    "citizen_was_told": (
        "Tin cho người dân về phản ánh {number} đã vào hàng gửi, không hoàn tác được. Hãy mở lại.",
        "A message to the citizen about {number} is on its way: the step stays. Reopen it instead.",
    ),
    "already_merged": (
        "Phản ánh này đã gộp vào {parent}. Hãy làm việc trên phiếu đó.",
        "This request was merged into {parent}. Work on that one.",
    ),
    "merge_into_itself": (
        "Không gộp phản ánh {number} vào chính nó. Chọn phiếu khác.",
        "Request {number} cannot be merged into itself. Choose another.",
    ),
    "parent_not_open": (
        "Phiếu gốc {number} đang “{state}”, không gộp vào được. Chọn phiếu còn mở.",
        "The parent {number} is “{state}”. Choose one that is open.",
    ),
    "reporter_needed": (
        "Chưa có số điện thoại, tên hay thư của người phản ánh. Hãy nhập một thứ.",
        "There is no number, name or address of the reporter. Enter one of them.",
    ),
    "changed_meanwhile": (
        "Người khác vừa sửa {field} thành “{theirs}”, bạn nhập “{yours}”. Chọn một giá trị.",
        "Somebody else just set {field} to “{theirs}”, you have “{yours}”. Choose one.",
    ),
    "unknown_field": (
        "Không có trường “{field}”. Kiểm tra tên trường.",
        "There is no field “{field}”. Check its name.",
    ),
    "bad_value": (
        "Giá trị “{value}” không hợp với {field}. Hãy sửa lại.",
        "“{value}” does not fit {field}. Correct it.",
    ),
    # --- agencies
    "not_your_agency": (
        "Phản ánh này không giao cho đơn vị của bạn ({yours}). Chỉ xử lý việc của đơn vị mình.",
        "This request is not with your agency ({yours}). Work on your own agency's only.",
    ),
    "no_open_assignment": (
        "Phản ánh {number} không có phân công nào đang mở. Tải lại danh sách.",
        "Request {number} has no open assignment. Reload the list.",
    ),
    "agency_needed": (
        "Có nhiều đơn vị đang xử lý: {agencies}. Hãy nói rõ đơn vị nào.",
        "Several agencies work on it: {agencies}. Say which one is meant.",
    ),
    "already_assigned": (
        "Đơn vị {agency} đang xử lý phản ánh này rồi. Không cần chuyển lại.",
        "{agency} has this request already. There is no need to forward it.",
    ),
    "no_route": (
        "Không có luật chuyển cho phản ánh {number}. Hãy chọn đơn vị.",
        "No routing rule fits request {number}. Choose an agency.",
    ),
    "supervisor_must_forward": (
        "Phản ánh đã bị trả lại {bounces} lần. Nhờ ca trưởng chuyển.",
        "It was sent back {bounces} times. The supervisor must forward it.",
    ),
    "extension_not_asked": (
        "Đơn vị {agency} chưa xin gia hạn. Hãy nhập hạn mới.",
        "{agency} has not asked for an extension. Give the new date.",
    ),
    "date_not_later": (
        "Hạn mới {committed} phải sau hiện tại và sau hạn đang có. Chọn ngày muộn hơn.",
        "The new date {committed} must be after now and after the present one. Choose a later one.",
    ),
    "unknown_resolution": (
        "Không có mã kết quả “{resolution}”. Chọn trong danh sách.",
        "There is no resolution code “{resolution}”. Choose from the list.",
    ),
    "photo_or_reason": (
        "Báo xong cần ít nhất một ảnh, hoặc lý do không có ảnh.",
        "A result needs at least one photo, or a reason why there is none.",
    ),
    # --- telling the citizen
    "verdict_without_reach": (
        "Chưa gặp được người dân thì chưa ghi ý kiến được. Chọn “Đã báo dân” nếu đã gặp.",
        "Without reaching the citizen there is no verdict. Choose “Told” if you did.",
    ),
    "not_a_reporter": (
        "Người này không phản ánh phiếu {number}. Chọn người trong danh sách.",
        "This person did not report {number}. Choose one from the list.",
    ),
    "citizen_not_satisfied": (
        "Người dân chưa hài lòng với {number}. Hãy mở lại, hoặc ca trưởng đóng có lý do.",
        "The citizen is not satisfied with {number}. Reopen it, or a supervisor gives a reason.",
    ),
    "not_told_yet": (
        "Chưa báo kết quả {number} cho người dân. Hãy gọi hoặc nhắn trước khi đóng.",
        "The citizen was not told the result of {number}. Call or write before closing.",
    ),
    "attempts_left": (
        "Mới gọi không được {failed} lần, còn phải gọi {left} lần nữa trước khi đóng.",
        "Only {failed} calls failed, {left} more must be tried before closing.",
    ),
    "message_needed": (
        "Đã gọi {failed} lần không gặp. Hãy nhắn tin cho người dân rồi mới đóng.",
        "{failed} calls failed. Send the citizen a message before closing.",
    ),
    "supervisor_must_reopen": (
        "Phản ánh đang “{state}”, chỉ ca trưởng mở lại được.",
        "The request is “{state}”; only a supervisor may reopen it.",
    ),
    "too_late_to_reopen": (
        "Đã quá {days} ngày từ khi đóng. Hãy lập phản ánh mới.",
        "More than {days} days have passed since it was closed. Log a new request.",
    ),
    # --- intake
    "service_needed": ("Chưa chọn loại sự cố.", "Choose the kind of trouble."),
    "description_needed": ("Chưa có mô tả. Hãy nhập mô tả.", "Write the description."),
    "place_needed": (
        "Chưa có địa chỉ hay vị trí trên bản đồ. Hãy nhập một trong hai.",
        "There is no address and no place on the map. Give one of them.",
    ),
    "attribute_needed": ("Còn thiếu “{attribute}”. Hãy nhập.", "“{attribute}” is missing."),
    "unknown_service": (
        "Không có loại sự cố “{service}”. Chọn trong danh mục.",
        "There is no service “{service}”. Choose from the catalogue.",
    ),
    "service_not_in_force": (
        "Loại sự cố “{name}” không còn dùng. Chọn loại khác.",
        "The service “{name}” is no longer in use. Choose another.",
    ),
    "unknown_agency": (
        "Không có đơn vị “{agency}”. Chọn trong danh mục.",
        "There is no agency “{agency}”. Choose from the catalogue.",
    ),
    "agency_not_in_force": (
        "Đơn vị “{name}” không còn nhận phản ánh. Chọn đơn vị khác.",
        "“{name}” takes no more requests. Choose another agency.",
    ),
    "unknown_ward": (
        "Không có phường/xã mã “{ward}”. Chọn trong danh sách phường, xã mới.",
        "There is no ward with the code “{ward}”. Choose one of the new wards.",
    ),
    "impossible_time": (
        "Thời điểm {value} không thể có. Xem lại năm.",
        "The time {value} is impossible. Look at the year again.",
    ),
    "impossible_coordinates": (
        "Tọa độ không thể có. Cần vĩ độ từ -90 đến 90 và kinh độ từ -180 đến 180, khác 0, 0.",
        "These coordinates are impossible: latitude -90 to 90, longitude -180 to 180, not 0, 0.",
    ),
    "not_a_phone": (
        "“{phone}” không phải số điện thoại. Sửa lại hoặc để trống.",
        "“{phone}” is not a telephone number. Correct it or leave it empty.",
    ),
    "not_a_mobile": (
        "Không nhắn tin được tới “{phone}”. Cần số di động Việt Nam.",
        "No SMS can go to “{phone}”. A Vietnamese mobile number is needed.",
    ),
    "bad_email": (
        "“{email}” không phải địa chỉ thư điện tử. Sửa lại hoặc để trống.",
        "“{email}” is not an e-mail address. Correct it or leave it empty.",
    ),
    "time_without_zone": (
        "Thời điểm “{value}” thiếu múi giờ. Viết như 2026-11-24T09:00:00+07:00.",
        "The time “{value}” has no zone. Write it like 2026-11-24T09:00:00+07:00.",
    ),
    "draft_unreadable": (
        "Không lưu nháp được: có ô chứa giá trị lạ. Hãy báo bộ phận kỹ thuật.",
        "The draft cannot be saved: a field holds an odd value. Tell IT.",
    ),
    "draft_too_long": (
        "Nháp quá dài, tối đa {limit} ký tự. Hãy rút gọn.",
        "The draft is too long, at most {limit} characters. Shorten it.",
    ),
    # --- contacts, messages, calls
    "bad_block_days": (
        "Số ngày chặn phải từ 1 đến {limit}. Nhập lại.",
        "A sender is blocked for 1 to {limit} days. Correct the number.",
    ),
    "sender_needed": (
        "Chưa có người gửi. Ghi số điện thoại, địa chỉ thư hoặc mã của người gửi.",
        "The sender is missing. Write a telephone number, a mail address or the sender's id.",
    ),
    "not_blocked": (
        "Người gửi này không bị chặn. Tải lại danh sách.",
        "This sender is not blocked. Reload the list.",
    ),
    "bad_link": (
        "Đường dẫn “{link}” phải bắt đầu bằng https:// hoặc http://. Dán lại.",
        "The link “{link}” must begin with https:// or http://. Paste it again.",
    ),
    "no_such_contact": (
        "Không có liên hệ này ở máy này. Tải lại hộp thư.",
        "This seat has no such contact. Reload the inbox.",
    ),
    "contact_is_linked": (
        "Liên hệ này đã lập phản ánh. Hãy từ chối trên phản ánh đó.",
        "This contact made a request already. Reject that request instead.",
    ),
    "message_has_request": (
        "{who} vừa lập phản ánh {number} từ tin này. Xem phản ánh đó; còn việc khác thì nhập tay.",
        "{who} has just made request {number} of this message. Look there; enter another matter by "
        "hand.",
    ),
    "no_such_message": (
        "Không có tin này trong hàng gửi. Tải lại danh sách.",
        "There is no such message of ours. Reload the list.",
    ),
    "message_empty": ("Tin chưa có nội dung. Hãy soạn tin.", "The message is empty. Write it."),
    "message_too_long": (
        "Tin dài {length} ký tự, tối đa {limit}. Hãy rút gọn.",
        "The message has {length} characters, at most {limit}. Shorten it.",
    ),
    "no_recipient": ("Chưa có người nhận. Hãy chọn người nhận.", "Choose a recipient."),
    "missing_template": (
        "Thiếu mẫu tin “{template}” trong dữ liệu cài đặt. Báo bộ phận kỹ thuật.",
        "The message template “{template}” is missing in the seed. Tell IT.",
    ),
    "no_such_call": (
        "Không có cuộc gọi này ở máy này. Tải lại danh sách.",
        "This seat has no such call. Reload the list.",
    ),
    "call_taken": (
        "Cuộc gọi này {operator} đã nhận. Chờ cuộc tiếp theo.",
        "{operator} has taken this call. Wait for the next one.",
    ),
    "call_is_over": (
        "Cuộc gọi {state}, không nhận được nữa. Xem danh sách gọi lại.",
        "The call is over ({state}). See the callback list.",
    ),
    "no_recording": (
        "Cuộc gọi này chưa có ghi âm. Thử lại sau ít phút.",
        "This call has no recording yet. Try again in a few minutes.",
    ),
    "recordings_address": (
        "Địa chỉ ghi âm {address} phải là https, hoặc http trong mạng nội bộ.",
        "The address of recordings {address} must be https, or http inside the network.",
    ),
    "recording_key_broken": (
        "Tệp khoá ghi âm {file} không phải khoá. Khôi phục tệp này từ bản IT giữ.",
        "The key file of recordings {file} holds no key. Restore it from the copy that IT keeps.",
    ),
    "recording_altered": (
        "Tệp ghi âm {file} không còn như lúc ghi, không phát. Báo bộ phận kỹ thuật.",
        "The recording {file} is not what it was when it was made; not played. Tell IT.",
    ),
    "recording_away": (
        "Chưa đọc được tệp ghi âm {file}. Kiểm tra kết nối kho ghi âm.",
        "The recording {file} cannot be read now. Check the link to the recordings.",
    ),
    "not_claimed": (
        "Chưa ai nhận cuộc gọi này. Hãy nhận bình thường.",
        "Nobody has taken this call. Take it as usual.",
    ),
    "take_over_late": (
        "{operator} đã nhận quá {seconds} giây. Nhờ ca trưởng chuyển.",
        "{operator} took it more than {seconds} s ago. Ask the shift supervisor.",
    ),
    "not_a_missed_call": (
        "Cuộc gọi này {state}, không phải cuộc gọi nhỡ. Tải lại danh sách.",
        "This call is {state}, not a missed one. Reload the list.",
    ),
    # --- accounts, seed, clocks
    "unknown_user": (
        "Không có tài khoản “{user}”. Dùng operator, supervisor, auditor, administrator "
        "hoặc officer-<mã đơn vị>.",
        "There is no account “{user}”. Use operator, supervisor, auditor, administrator or "
        "officer-<agency code>.",
    ),
    "seed_error": (
        "Dữ liệu cài đặt sai ở {file}, dòng {line}: {key} {what} ({value}). Hãy sửa tệp này.",
        "The seed is wrong in {file}, line {line}: {key} {what} ({value}). Correct this file.",
    ),
    "seed_missing": (
        "Không có tệp dữ liệu nào trong {directory}. Xem [seat] data, hoặc cài lại chương trình.",
        "There is no seed file in {directory}. See [seat] data, or install the program again.",
    ),
    "no_clock_rules": (
        "Không có quy định thời hạn cho ngày {day}. Bổ sung [[clock]] trong dữ liệu cài đặt.",
        "There are no clock rules for {day}. Add a [[clock]] to the seed.",
    ),
    "no_working_time": (
        "Lịch không có giờ làm việc nào sau {start}. Kiểm tra [[work_hours]].",
        "The calendar has no working time after {start}. Check [[work_hours]].",
    ),
    # --- numbers
    "number_out_of_range": (
        "Không tạo được mã phản ánh: mã máy {console} hoặc số thứ tự {counter} ngoài phạm vi.",
        "No request number can be made: console {console}, counter {counter} out of range.",
    ),
    "numbers_exhausted": (
        "Máy mã {console} đã dùng hết số của năm. Xin trung tâm cấp mã máy mới.",
        "Console code {console} has used up its numbers. Ask the centre for a new code.",
    ),
    "not_a_number": (
        "“{text}” không phải mã phản ánh. Mã có 11 chữ số.",
        "“{text}” is not a request number. It has eleven digits.",
    ),
    "wrong_check_digit": (
        "Mã {number} sai một chữ số. Nhờ người dân đọc lại.",
        "The number {number} has a wrong digit. Ask for it again.",
    ),
    # --- command line
    "unknown_number": (
        "Không có phản ánh mã {number}. Kiểm tra lại mã.",
        "There is no request {number}. Check the number.",
    ),
    "unknown_action": (
        "Không có thao tác “{action}”. Dùng một trong: {known}.",
        "There is no action “{action}”. Use one of: {known}.",
    ),
    "option_not_used": (
        "Thao tác {action} không dùng {option}. Bỏ tùy chọn này.",
        "The action {action} does not use {option}. Leave it out.",
    ),
    "missing_option": (
        "Thiếu tùy chọn {option}. Thêm vào lệnh.",
        "The option {option} is missing. Add it to the command.",
    ),
    "one_of_them": (
        "Chỉ dùng một trong: {options}. Bỏ bớt một.",
        "Use only one of: {options}. Leave the other out.",
    ),
    "missing_field": (
        "Thiếu trường “{key}” trong JSON. Thêm vào.",
        "The JSON has no field “{key}”. Add it.",
    ),
    "bad_field": (
        "Trường “{key}” trong JSON không đọc được. Hãy sửa lại.",
        "The JSON field “{key}” cannot be read. Correct it.",
    ),
    "json_broken": (
        "JSON sai cú pháp ở dòng {line}, cột {column}. Hãy sửa lại.",
        "The JSON is broken at line {line}, column {column}. Correct it.",
    ),
    "json_not_an_object": (
        "JSON phải là một đối tượng trong ngoặc nhọn. Hãy sửa lại.",
        "The JSON must be one object in braces. Correct it.",
    ),
    "json_not_utf8": (
        "JSON không phải UTF-8 ở byte {position}. Hãy lưu lại bằng UTF-8.",
        "The JSON is not UTF-8 at byte {position}. Save it as UTF-8.",
    ),
    "json_too_deep": (
        "JSON lồng quá nhiều lớp. Hãy sửa lại.",
        "The JSON is nested too deeply. Correct it.",
    ),
    "json_too_large": (
        "JSON quá lớn, tối đa {limit_kb} KB. Hãy rút gọn.",
        "The JSON is too large, at most {limit_kb} KB. Shorten it.",
    ),
    "field_too_long": (
        "{key} quá dài, tối đa {limit} ký tự. Hãy rút gọn.",
        "{key} is too long, at most {limit} characters. Shorten it.",
    ),
    "bad_option": (
        "“{value}” không hợp với {option}. Dùng một trong: {known}.",
        "“{value}” does not fit {option}. Use one of: {known}.",
    ),
    "bad_time": (
        "Thời điểm “{value}” ở {key} không đọc được. Viết như 2026-11-24T09:00:00+07:00.",
        "The time “{value}” in {key} cannot be read. Write it like 2026-11-24T09:00:00+07:00.",
    ),
    "system_failed": (
        "Hệ thống báo lỗi: {cause}. Kiểm tra đĩa, quyền và đường dẫn rồi làm lại.",
        "The system reports: {cause}. Check disk, rights and path, then try again.",
    ),
    "line_refused": (
        "Tổng đài từ chối: {detail}. Thử lại hoặc dùng máy điện thoại.",
        "The PBX refused: {detail}. Try again or use the telephone.",
    ),
}
